package io.heartline.bootstrap.settings;

/**
 * A property that is set.
 *
 * @param shown its value as it may be shown: of secrets only how many there are
 * @param place where it is set
 */
record Setting(String property, String shown, Place place) {
  /** Returns where it is set, for people: {@code environment HEARTLINE_BEAT}. */
  String where() {
    String spelled = place.spelled(property);
    return spelled.equals(property) ? place.title() : place.title() + ' ' + spelled;
  }

  @Override
  public String toString() {
    return property + '=' + shown + (where().isEmpty() ? "" : " (" + where() + ')');
  }
}

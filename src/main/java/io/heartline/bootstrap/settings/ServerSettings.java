package io.heartline.bootstrap.settings;

/**
 * Settings that only the runnable WAR has: where its own server listens.
 *
 * @param port 1 to 65535; 0 for any free one
 * @param address to listen on
 * @param context path of the application: {@code /} or {@code /name}
 */
public record ServerSettings(int port, String address, String context) {
  public static final String PORT = "heartline.port";
  public static final String ADDRESS = "heartline.address";
  public static final String CONTEXT = "heartline.context";

  /** @throws BadSetting if a value breaks its rule */
  public static ServerSettings read(Sources sources) {
    Property property = new Property(sources);
    String context = property.text(CONTEXT).orElse("/heartline");
    if (!context.matches("/|(/[A-Za-z0-9_.-]+)+")) {
      throw new BadSetting(CONTEXT, context, "must be / or start with / and not end with it");
    }
    return new ServerSettings(
        property.number(PORT, 8080, 0, 65535), property.text(ADDRESS).orElse("127.0.0.1"), context);
  }

  /** Returns the path as containers write it: empty for the root. */
  public String contextPath() {
    return context.equals("/") ? "" : context;
  }
}

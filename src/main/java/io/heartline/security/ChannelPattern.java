package io.heartline.security;

import io.heartline.model.ChannelName;
import io.heartline.model.ChannelPart;
import io.heartline.model.Identity;
import io.heartline.model.User;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says which channels a rule is about, depending on who asks. Parts stand between colons: text,
 * {@code *} for any, {@code {user}}, {@code {group}} and {@code {claim.NAME}} for what the asker's
 * credentials say, as {@link ChannelPart} writes it. A {@code *} at the very end matches the rest,
 * which is not empty; text may stand before it.
 *
 * <p>Matching looks at each character of a name about once: parts never overlap, so there is
 * nothing to try twice.
 */
final class ChannelPattern {
  private static final String ALL = "*";
  private static final String CLAIM = "{claim.";

  /** How one part is matched. */
  private sealed interface Part {
    /** This text. */
    record Literal(String text) implements Part {}

    /** Any text of at least one character. */
    record Any() implements Part {}

    /** The asker's name. */
    record Name() implements Part {}

    /** The rest of one of the asker's grants that begin so. */
    record Grant(String prefix) implements Part {}
  }

  private final String written;
  private final List<Part> parts;

  /** What the rest begins with, behind all parts; null if nothing may follow them. */
  private final @Nullable String rest;

  private ChannelPattern(String written, List<Part> parts, @Nullable String rest) {
    this.written = written;
    this.parts = parts;
    this.rest = rest;
  }

  /** @throws IllegalArgumentException with the rule that is broken */
  static ChannelPattern parse(String text) {
    List<Part> parts = new ArrayList<>();
    String rest = null;
    String[] written = text.split(":", -1);
    for (int i = 0; i < written.length; i++) {
      String part = written[i];
      if (i == written.length - 1 && part.endsWith(ALL)) {
        rest = literal(part.substring(0, part.length() - 1));
      } else {
        parts.add(part(part));
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("must begin with a pattern of channels");
    }
    boolean privates = text.startsWith(User.PREFIX);
    if (privates && !text.equals(User.PREFIX + "{user}")) {
      throw new IllegalArgumentException("must not open user:... channels: each is private to its"
          + " user, who may read it without a rule");
    }
    return new ChannelPattern(text, List.copyOf(parts), rest);
  }

  private static Part part(String text) {
    if (text.equals(ALL)) {
      return new Part.Any();
    }
    if (text.equals("{user}")) {
      return new Part.Name();
    }
    if (text.equals("{group}")) {
      return new Part.Grant("group:");
    }
    if (text.startsWith(CLAIM) && text.endsWith("}")) {
      String claim = text.substring(CLAIM.length(), text.length() - 1);
      if (!claim.isEmpty() && claim.chars().noneMatch(c -> "{}=".indexOf(c) >= 0)) {
        return new Part.Grant("claim." + claim + "=");
      }
    }
    return new Part.Literal(literal(text));
  }

  private static String literal(String text) {
    if (text.contains(ALL)) {
      throw new IllegalArgumentException(
          "may have * for a whole part between colons, or at the end: " + text);
    }
    if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "may have {user}, {group} or {claim.<name>} for a whole part between colons: " + text);
    }
    String problem = text.isEmpty() ? null : ChannelName.problem(text);
    if (problem != null) {
      throw new IllegalArgumentException("must be a pattern of channel names, which " + problem);
    }
    return text;
  }

  /** Returns whether this is about a channel for anybody at all. */
  boolean matchesForSome(String channel) {
    return matches(channel, null);
  }

  /**
   * Returns whether this is about a channel.
   *
   * @param identity of who asks; null for anybody
   */
  boolean matches(String channel, @Nullable Identity identity) {
    if (channel.startsWith(User.PREFIX)) { // whatever a pattern with * seems to say
      return written.startsWith(User.PREFIX) && isOwn(channel, identity);
    }
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      boolean last = rest == null && i == parts.size() - 1;
      int colon = channel.indexOf(':', at);
      if (last ? colon >= 0 : colon < 0) {
        return false;
      }
      int end = last ? channel.length() : colon;
      if (!matches(parts.get(i), channel, at, end, identity)) {
        return false;
      }
      at = end + 1;
    }
    return rest == null || (channel.startsWith(rest, at) && channel.length() > at + rest.length());
  }

  private static boolean isOwn(String channel, @Nullable Identity identity) {
    if (identity == null) {
      return true;
    }
    User user = identity.user();
    return user != null && channel.equals(user.channel().text());
  }

  private static boolean matches(
      Part part, String channel, int at, int end, @Nullable Identity identity) {
    if (part instanceof Part.Literal literal) {
      return literal.text().length() == end - at && channel.startsWith(literal.text(), at);
    }
    if (part instanceof Part.Any || identity == null) {
      return end > at;
    }
    String written = channel.substring(at, end);
    if (part instanceof Part.Grant grant) {
      return isGranted(identity, grant.prefix(), written);
    }
    User user = identity.user();
    return user != null
        && (ChannelPart.isHash(written)
            ? written.equals(ChannelPart.of(user.id()))
            : user.id().equals(ChannelPart.text(written)));
  }

  private static boolean isGranted(Identity identity, String prefix, String written) {
    String text = ChannelPart.text(written);
    if (text != null) {
      return !text.isEmpty() && identity.grants().contains(prefix + text);
    }
    return ChannelPart.isHash(written)
        && identity.grants().stream()
            .anyMatch(grant -> grant.startsWith(prefix)
                && written.equals(ChannelPart.of(grant.substring(prefix.length()))));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChannelPattern pattern && written.equals(pattern.written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  @Override
  public String toString() {
    return written;
  }
}

package io.heartline.security;

import io.heartline.engine.Rights;
import io.heartline.model.ChannelName;
import io.heartline.model.Identity;
import io.heartline.model.User;
import io.heartline.protocol.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the application is asked about a right, as JSON. */
final class RightsQuestion {
  private static final String GROUP = "group:";
  private static final String CLAIM = "claim.";

  private RightsQuestion() {}

  /** Returns {@code {"action","channel","user"?,"groups":[...],"claims":{"name":[...]}}}. */
  static String json(Identity identity, Rights.Action action, ChannelName channel) {
    StringBuilder json = new StringBuilder(128).append("{\"action\":\"").append(action.word());
    json.append("\",\"channel\":\"").append(channel).append('"');
    User user = identity.user();
    if (user != null) {
      json.append(",\"user\":");
      JsonText.appendQuoted(json, user.id());
    }
    List<String> groups = new ArrayList<>();
    Map<String, List<String>> claims = new TreeMap<>();
    for (String grant : new TreeSet<>(identity.grants())) {
      int equals = grant.indexOf('=');
      if (grant.startsWith(GROUP)) {
        groups.add(grant.substring(GROUP.length()));
      } else if (grant.startsWith(CLAIM) && equals > 0) {
        claims
            .computeIfAbsent(grant.substring(CLAIM.length(), equals), name -> new ArrayList<>())
            .add(grant.substring(equals + 1));
      }
    }
    append(json.append(",\"groups\":"), groups);
    json.append(",\"claims\":{");
    String comma = "";
    for (var claim : claims.entrySet()) {
      json.append(comma);
      JsonText.appendQuoted(json, claim.getKey());
      append(json.append(':'), claim.getValue());
      comma = ",";
    }
    return json.append("}}").toString();
  }

  private static void append(StringBuilder json, List<String> values) {
    json.append('[');
    for (int i = 0; i < values.size(); i++) {
      json.append(i == 0 ? "" : ",");
      JsonText.appendQuoted(json, values.get(i));
    }
    json.append(']');
  }
}

package io.heartline.api;

import io.heartline.engine.Engine;
import io.heartline.model.ChannelName;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code GET /api/position?channel=orders&channel=prices}: where the channels stand now, for a
 * server that renders a page. What it asks for must be read after this, never before.
 */
public final class PositionServlet extends ReadServlet {
  private static final long serialVersionUID = 1L;

  private final transient Positions positions;
  private final transient Engine engine;
  private final transient Readers readers;

  public PositionServlet(Engine engine, Readers readers) {
    this.engine = engine;
    this.readers = readers;
    positions = new Positions(engine);
  }

  @Override
  String read(HttpServletRequest request) throws Refusal {
    Map<String, String> found = new LinkedHashMap<>();
    for (ChannelName channel : channels(request)) {
      found.put(channel.text(), positions.position(channel.text()));
    }
    return found.entrySet().stream()
        .map(one -> '"' + one.getKey() + "\":\"" + one.getValue() + '"')
        .collect(Collectors.joining(",", "{\"positions\":{", "}}"));
  }

  private ChannelName[] channels(HttpServletRequest request) throws Refusal {
    String[] names = request.getParameterValues("channel");
    int most = engine.limits().channels();
    if (names == null || names.length > most) {
      throw Refusal.badRequest("channel", "must be given, 1 to " + most + " times");
    }
    ChannelName[] channels = new ChannelName[names.length];
    for (int i = 0; i < names.length; i++) {
      String field = names.length == 1 ? "channel" : "channel[" + i + "]";
      channels[i] = readers.check(request, field, names[i]);
    }
    return channels;
  }
}

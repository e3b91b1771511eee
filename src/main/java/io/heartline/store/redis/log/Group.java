package io.heartline.store.redis.log;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.Retention;
import io.heartline.log.RetentionRules;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.redis.Bytes;
import io.heartline.store.requests.Request;
import io.heartline.store.window.IdKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls that are published together, by one run of {@code publish.lua}. Used by one thread. */
final class Group {
  private final List<Request> requests = new ArrayList<>();

  /** The channels, each with its number, counted from 1. */
  private final Map<ChannelName, Integer> channels = new LinkedHashMap<>();

  /** The texts, each with its number, counted from 1: several targets may share one. */
  private final Map<String, Integer> texts = new LinkedHashMap<>();

  private int drafts;
  private long bytes;

  void add(Request request) {
    requests.add(request);
    bytes += request.bytes();
    for (Draft draft : request.drafts()) {
      channels.putIfAbsent(draft.channel(), channels.size() + 1);
      texts.putIfAbsent(draft.data(), texts.size() + 1);
      drafts++;
    }
  }

  List<Request> requests() {
    return requests;
  }

  int drafts() {
    return drafts;
  }

  long bytes() {
    return bytes;
  }

  /** Appends the script's arguments, from the number of channels on. */
  void arguments(RetentionRules rules, List<byte[]> args) {
    args.add(Bytes.of(channels.size()));
    for (ChannelName channel : channels.keySet()) {
      Retention retention = rules.of(channel);
      args.add(Bytes.of(channel.text()));
      args.add(Bytes.of(retention.count()));
      args.add(Bytes.of(retention.age().toNanos() / 1000));
      args.add(Bytes.of(retention.bytes()));
    }
    args.add(Bytes.of(texts.size()));
    texts.keySet().forEach(text -> args.add(Bytes.of(text)));
    args.add(Bytes.of(requests.size()));
    for (Request request : requests) {
      args.add(Bytes.of(request.drafts().size()));
      for (Draft draft : request.drafts()) {
        args.add(Bytes.of(channels.getOrDefault(draft.channel(), 0)));
        IdKey key = IdKey.of(draft);
        args.add(Bytes.of(key == null ? "" : key.hex()));
        args.add(Bytes.of(texts.getOrDefault(draft.data(), 0)));
        args.add(Bytes.of(draft.id() == null ? "" : draft.id()));
      }
    }
  }

  /** What one run of the script has done. */
  final class Done {
    /** What is new, by channel. */
    private final Map<ChannelName, Notice> news = new LinkedHashMap<>();

    /** For each request; fewer than its drafts if there was no room for it. */
    private final List<List<Position>> positions = new ArrayList<>();

    private Done(List<?> answer) {
      Map<ChannelName, List<Publication>> published = new LinkedHashMap<>();
      int at = channels.size();
      for (Request request : requests) {
        List<Position> given = new ArrayList<>(request.drafts().size());
        for (Draft draft : request.drafts()) {
          String verdict = Bytes.text(answer.get(at++));
          if (verdict.equals("full")) {
            continue;
          }
          Position position = Position.parse(verdict.substring(4))
              .orElseThrow(() -> new IllegalArgumentException("not a position: " + verdict));
          given.add(position);
          if (verdict.startsWith("new ")) {
            published
                .computeIfAbsent(draft.channel(), channel -> new ArrayList<>())
                .add(new Publication(position, draft.data(), draft.id()));
          }
        }
        positions.add(given);
      }
      channels.forEach((channel, number) -> {
        String head = Bytes.text(answer.get(number - 1));
        List<Publication> all = published.get(channel);
        if (!head.isEmpty() && all != null) {
          String[] parts = head.split(" ", -1);
          Position before =
              new Position(parts[0], Long.parseLong(parts[1]) - 1, Long.parseLong(parts[2]));
          news.put(channel, new Notice(before, all));
        }
      });
    }

    Map<ChannelName, Notice> news() {
      return news;
    }

    /** Tells all who wait. */
    void answer(int mostNames) {
      for (int i = 0; i < positions.size(); i++) {
        Request request = requests.get(i);
        if (positions.get(i).size() == request.drafts().size()) {
          request.answer().complete(positions.get(i));
        } else {
          request
              .answer()
              .completeExceptionally(
                  new Store.Unavailable("all " + mostNames + " channels are in use"));
        }
      }
    }
  }

  /** Reads the script's answer. */
  Done done(List<?> answer) {
    return new Done(answer);
  }

  /** Tells all who wait that it failed. */
  void fail(String why) {
    requests.forEach(request -> request.answer().completeExceptionally(new Store.Unavailable(why)));
  }
}

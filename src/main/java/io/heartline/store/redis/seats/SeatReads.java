package io.heartline.store.redis.seats;

import io.heartline.engine.SeatBook;
import io.heartline.store.redis.Bytes;
import io.heartline.store.redis.Redis;
import io.heartline.store.redis.Script;
import io.heartline.store.redis.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Reads the seats of one partition, many at a time. Thread-safe. */
final class SeatReads {
  /** How many are read at a time. */
  private static final int MOST = 128;

  private static final Script READ = Script.beside(SeatReads.class, "read.lua");

  private final Redis redis;
  private final List<byte[]> args;
  private final Together<String, Read> reads;

  private record Read(String text, long nowMillis) {}

  /** @param keptMillis for how long a seat is kept after it was read, if somebody sits there */
  SeatReads(Redis redis, long keptMillis) {
    this.redis = redis;
    args = List.of(Bytes.of(SeatText.TAKEN), Bytes.of(keptMillis));
    reads = new Together<>(redis, MOST, this::readAll);
  }

  /** Reads the seat with a key of this partition. */
  CompletionStage<SeatBook.Entry> read(String key) {
    return reads
        .ask(key)
        .thenApply(read -> new SeatBook.Entry(SeatText.read(read.text), read.nowMillis));
  }

  private CompletionStage<List<Read>> readAll(List<String> keys) {
    return redis.later(READ, keys, args).thenApply(answer -> {
      List<?> parts = (List<?>) answer;
      long nowMillis = (Long) parts.get(0);
      List<Read> read = new ArrayList<>(keys.size());
      for (Object text : parts.subList(1, parts.size())) {
        read.add(new Read(Bytes.text(text), nowMillis));
      }
      return read;
    });
  }
}

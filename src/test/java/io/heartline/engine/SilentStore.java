package io.heartline.engine;

import io.heartline.log.From;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A store that opens no channel while it is silent, until the test lets it answer or fail. */
final class SilentStore implements Store {
  private final Store store;
  private final List<Runnable> answers = new ArrayList<>();
  private final List<CompletableFuture<Opened>> asked = new ArrayList<>();
  boolean silent = true;

  SilentStore(Store store) {
    this.store = store;
  }

  /** Answers what it was asked, and from now on at once. */
  void answer() {
    silent = false;
    answers.forEach(Runnable::run);
    answers.clear();
    asked.clear();
  }

  /** Gives up what it was asked. */
  void fail() {
    List<CompletableFuture<Opened>> all = List.copyOf(asked);
    answers.clear();
    asked.clear();
    all.forEach(one -> one.completeExceptionally(new Unavailable("away")));
  }

  @Override
  public CompletionStage<Opened> open(ChannelName channel, From from) {
    if (!silent) {
      return store.open(channel, from);
    }
    CompletableFuture<Opened> answer = new CompletableFuture<>();
    asked.add(answer);
    answers.add(() -> store.open(channel, from).thenAccept(answer::complete));
    return answer;
  }

  @Override
  public CompletionStage<List<Position>> append(List<Draft> drafts) {
    return store.append(drafts);
  }

  @Override
  public void watch(Consumer<ChannelName> committed) {
    store.watch(committed);
  }

  @Override
  public void sweep() {
    store.sweep();
  }

  @Override
  public void close() {
    store.close();
  }
}

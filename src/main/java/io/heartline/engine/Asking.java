package io.heartline.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the application and publishes what it answers, even if the line that has sent it is gone by
 * then.
 */
final class Asking {
  private final Engine engine;
  private volatile Callback callback = Callback.NONE;

  Asking(Engine engine) {
    this.engine = engine;
  }

  void callback(Callback callback) {
    this.callback = callback;
  }

  /** Returns the application's answer, once what it publishes is committed. Never fails. */
  CompletionStage<Callback.Answer> ask(Callback.Sent sent) {
    return callback.call(sent).thenCompose(this::publish).exceptionally(failure -> {
      engine.faults().failed("the application could not be asked", sent.line(), failure);
      return new Callback.Answer.Unavailable("it could not be asked");
    });
  }

  private CompletionStage<Callback.Answer> publish(Callback.Answer answer) {
    if (!(answer instanceof Callback.Answer.Taken taken) || taken.drafts().isEmpty()) {
      return CompletableFuture.completedFuture(answer);
    }
    return engine
        .publish(taken.drafts())
        .handle((positions, failure) -> positions != null
            ? answer
            : new Callback.Answer.Unavailable("nothing can be published now"));
  }
}

package io.heartline.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** Tomcat's own socket wrapper, semaphore and all, over a network that takes nothing when told. */
final class ScriptedSocket extends NioEndpoint.NioSocketWrapper {
  enum Network {
    FREE,
    STUCK,
    BROKEN
  }

  final ByteArrayOutputStream written = new ByteArrayOutputStream();
  Network network = Network.FREE;

  /** Happens after a write was found to have to wait, before its caller is told. */
  Runnable whenStuck = () -> {};

  private Write<?> standing;

  ScriptedSocket() {
    super(new NioChannel(new SocketBufferHandler(0, 0, false)), new NioEndpoint());
  }

  /** The peer reads again, or is gone; the write that waited goes on. */
  void goOn(Network network) {
    this.network = network;
    standing.run();
  }

  private final class Write<A> extends OperationState<A> {
    private boolean inline = true;

    Write(
        ByteBuffer[] buffers,
        int offset,
        int length,
        BlockingMode block,
        long timeout,
        TimeUnit unit,
        A attachment,
        CompletionCheck check,
        CompletionHandler<Long, ? super A> handler,
        Semaphore semaphore,
        VectoredIOCompletionHandler<A> completion) {
      super(
          false,
          buffers,
          offset,
          length,
          block,
          timeout,
          unit,
          attachment,
          check,
          handler,
          semaphore,
          completion);
    }

    @Override
    protected boolean isInline() {
      return inline;
    }

    @Override
    public void run() {
      switch (network) {
        case FREE -> {
          long count = 0;
          for (int i = offset; i < offset + length; i++) {
            byte[] bytes = new byte[buffers[i].remaining()];
            buffers[i].get(bytes);
            written.writeBytes(bytes);
            count += bytes.length;
          }
          completion.completed(count, this);
        }
        case STUCK -> {
          inline = false;
          standing = this;
          whenStuck.run();
        }
        case BROKEN -> completion.failed(new IOException("broken"), this);
      }
    }
  }

  @Override
  protected <A> OperationState<A> newOperationState(
      boolean read,
      ByteBuffer[] buffers,
      int offset,
      int length,
      BlockingMode block,
      long timeout,
      TimeUnit unit,
      A attachment,
      CompletionCheck check,
      CompletionHandler<Long, ? super A> handler,
      Semaphore semaphore,
      VectoredIOCompletionHandler<A> completion) {
    return new Write<>(
        buffers,
        offset,
        length,
        block,
        timeout,
        unit,
        attachment,
        check,
        handler,
        semaphore,
        completion);
  }
}

package io.heartline.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SendfileDataBase;
import org.apache.tomcat.util.net.SendfileState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Tomcat's own socket wrapper, semaphore and all, over a network that takes nothing when told. */
final class ScriptedSocket extends SocketWrapperBase<NioChannel> {
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
    super(null, new NioEndpoint());
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

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException();
  }

  @Override
  protected void populateRemoteHost() {
    throw unused();
  }

  @Override
  protected void populateRemoteAddr() {
    throw unused();
  }

  @Override
  protected void populateRemotePort() {
    throw unused();
  }

  @Override
  protected void populateLocalName() {
    throw unused();
  }

  @Override
  protected void populateLocalAddr() {
    throw unused();
  }

  @Override
  protected void populateLocalPort() {
    throw unused();
  }

  @Override
  public int read(boolean block, byte[] b, int off, int len) {
    throw unused();
  }

  @Override
  public int read(boolean block, ByteBuffer to) {
    throw unused();
  }

  @Override
  public boolean isReadyForRead() {
    throw unused();
  }

  @Override
  public void setAppReadBufHandler(ApplicationBufferHandler handler) {
    throw unused();
  }

  @Override
  protected void doClose() {
    throw unused();
  }

  @Override
  protected boolean flushNonBlocking() {
    throw unused();
  }

  @Override
  protected void doWrite(boolean block, ByteBuffer from) {
    throw unused();
  }

  @Override
  public void registerReadInterest() {
    throw unused();
  }

  @Override
  public void registerWriteInterest() {
    throw unused();
  }

  @Override
  public SendfileDataBase createSendfileData(String filename, long pos, long length) {
    throw unused();
  }

  @Override
  public SendfileState processSendfile(SendfileDataBase sendfileData) {
    throw unused();
  }

  @Override
  public void doClientAuth(SSLSupport sslSupport) {
    throw unused();
  }

  @Override
  public SSLSupport getSslSupport() {
    throw unused();
  }
}

package io.heartline.client;

/** Why something was not done, or why it is not known. A future of the client fails with it. */
public abstract class HeartlineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private HeartlineException(String message) {
    super(message);
  }

  /** The server does not take it. The same again would be refused again. */
  public static final class Refused extends HeartlineException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String field;

    Refused(int status, String field, String rule) {
      super(status + " " + (field.isEmpty() ? "" : field + " ") + rule);
      this.status = status;
      this.field = field;
    }

    /** Returns the HTTP status, such as 400, 401 or 403. */
    public int status() {
      return status;
    }

    /** Returns the field that breaks a rule; empty if the answer does not name one. */
    public String field() {
      return field;
    }
  }

  /** No good answer came in time. It may have been done all the same. */
  public static final class NoAnswer extends HeartlineException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
      super(message);
    }
  }

  /** The queue is full. It was not sent. */
  public static final class QueueFull extends HeartlineException {
    private static final long serialVersionUID = 1L;

    QueueFull(String message) {
      super(message);
    }
  }

  /** The client was closed. It was not sent, or it is not known whether it was taken. */
  public static final class Closed extends HeartlineException {
    private static final long serialVersionUID = 1L;

    Closed(String message) {
      super(message);
    }
  }
}

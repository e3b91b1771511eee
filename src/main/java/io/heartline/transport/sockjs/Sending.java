package io.heartline.transport.sockjs;

import io.heartline.protocol.BadParameter;
import io.heartline.protocol.Query;
import io.heartline.protocol.StrictUtf8;
import io.heartline.transport.http.PlainRefusal;
import io.heartline.transport.sockjs.SentBody.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes the messages that clients send over HTTP, and hands them to their sessions. */
final class Sending {
  /** How many bytes of a form one byte of a message may take: three for each that is escaped. */
  private static final int FORM = 6;

  private static final String TOO_LARGE = "the message is too large\n";

  private final SockJsContext context;

  Sending(SockJsContext context) {
    this.context = context;
  }

  /**
   * Serves a request that brings messages.
   *
   * @param session null if there is none that the request names
   */
  void serve(
      @Nullable SockJsSession session,
      Transport transport,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (session == null || !session.isOf(request.getHeader("Origin"))) {
      if (SentBody.declared(request)) {
        Answers.refuse(response, 404, "there is no such session\n");
      } else {
        Answers.unknown(response);
      }
      return;
    }
    boolean form = transport == Transport.JSONP_SEND
        && Objects.requireNonNullElse(request.getContentType(), "")
            .startsWith("application/x-www-form-urlencoded");
    SentBody.read(
        request,
        (form ? FORM : 2) * context.messageBytes() + 1024,
        context.bodies(),
        context.bodyTimeout().toMillis(),
        new SentBody.Answer() {
          @Override
          public void arrived(byte[] body) throws IOException {
            sent(session, transport, form, body, response);
          }

          @Override
          public void failed(Problem problem) throws IOException {
            switch (problem) {
              case TOO_LARGE -> Answers.refuse(response, 413, TOO_LARGE);
              case LATE -> Answers.refuse(response, 408, "the body did not arrive in time\n");
              case NO_ROOM -> {
                PlainRefusal.tellWhenToComeBack(response);
                Answers.refuse(response, 503, "too many bodies are under way\n");
              }
              case BROKEN_OFF -> {}
            }
          }
        });
  }

  private void sent(
      SockJsSession session,
      Transport transport,
      boolean form,
      byte[] body,
      HttpServletResponse response)
      throws IOException {
    List<String> messages;
    try {
      String text = decoded(body);
      messages = SentMessages.read(form ? field(text) : text, context.messageBytes());
    } catch (SentMessages.Broken broken) {
      Answers.text(response, 500, broken.rule() + '\n');
      return;
    } catch (SentMessages.TooLarge larger) {
      Answers.text(response, 413, TOO_LARGE);
      return;
    }
    if (!session.receive(messages)) {
      Answers.text(response, 404, "the session has ended\n");
    } else if (transport == Transport.JSONP_SEND) {
      Answers.text(response, 200, "ok"); // some browsers stumble over 204
    } else {
      response.setStatus(204);
      response.setContentType(Answers.TEXT); // otherwise some browsers take the body for XML
    }
  }

  private static String decoded(byte[] body) throws SentMessages.Broken {
    try {
      return StrictUtf8.decode(body);
    } catch (CharacterCodingException e) {
      throw SentMessages.broken();
    }
  }

  /** Returns the messages in a form; empty if it has none. */
  private static String field(String form) throws SentMessages.Broken {
    try {
      return Objects.requireNonNullElse(Query.parse(form).one("d"), "");
    } catch (BadParameter e) {
      throw SentMessages.broken();
    }
  }
}

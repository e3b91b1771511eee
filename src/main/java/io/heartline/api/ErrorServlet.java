package io.heartline.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What the container shows in place of its own pages for errors, which name its version and where
 * in the code it failed. Says the status and nothing else.
 */
public final class ErrorServlet extends HttpServlet {
  /** As in web.xml. */
  public static final String PATH = "/error";

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (response.isCommitted()) { // an answer that broke off, mostly because its client is gone
      return;
    }
    // Absent if somebody asks for this address itself: there is nothing.
    Object said = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    int status = said instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND;
    response.setStatus(status);
    response.setContentType("text/plain;charset=UTF-8");
    byte[] text = (text(status) + '\n').getBytes(UTF_8);
    response.setContentLength(text.length);
    response.getOutputStream().write(text);
  }

  private static String text(int status) {
    if (status == HttpServletResponse.SC_NOT_FOUND) {
      return "there is nothing here";
    }
    return status >= 500
        ? status + ": something failed in the server, whose log says what"
        : status + ": this cannot be served";
  }
}

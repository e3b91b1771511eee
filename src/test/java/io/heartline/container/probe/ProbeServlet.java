package io.heartline.container.probe;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes and ends sessions on demand, and tells which have ended without touching them. */
public final class ProbeServlet extends HttpServlet implements HttpSessionListener {
  private static final long serialVersionUID = 1L;
  private static final String LABEL = "label";

  private final transient Set<String> ended = ConcurrentHashMap.newKeySet();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    String label = String.valueOf(request.getParameter(LABEL));
    String answer = switch (request.getParameter("do")) {
      case "begin" -> begin(request, label);
      case "end" -> end(request);
      case "id" -> request.getSession().getId();
      case "keep" -> keep(request);
      case "ended" -> String.valueOf(ended.contains(label));
      default -> "unknown";
    };
    response.setContentType("text/plain");
    response.getWriter().print(answer);
  }

  private static String begin(HttpServletRequest request, String label) throws ServletException {
    HttpSession session = request.getSession(true);
    session.setAttribute(LABEL, label);
    session.setMaxInactiveInterval(Integer.parseInt(request.getParameter("seconds")));
    String user = request.getParameter("user");
    if (user != null) {
      request.login(user, user);
    }
    return String.valueOf(request.getRemoteUser());
  }

  /** Keeps a value in the session, as a login of the application's own does. */
  private static String keep(HttpServletRequest request) {
    String value = request.getParameter("value");
    if (value == null) {
      request.getSession().removeAttribute("customer");
    } else {
      request.getSession().setAttribute("customer", value);
    }
    return String.valueOf(value);
  }

  private static String end(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
    return String.valueOf(session != null);
  }

  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    ended.add(String.valueOf(event.getSession().getAttribute(LABEL)));
  }
}

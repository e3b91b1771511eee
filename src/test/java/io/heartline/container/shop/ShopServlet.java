package io.heartline.container.shop;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The shop's page, for customers only, and the ways in which a login ends. */
public final class ShopServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    String user = String.valueOf(request.getRemoteUser());
    switch (String.valueOf(request.getParameter("do"))) {
      case "logout" -> request.logout();
      case "invalidate" -> request.getSession().invalidate();
      case "leave" -> request.getSession().setMaxInactiveInterval(1); // and never come back
      default -> {}
    }
    response.setContentType("text/plain");
    response.getWriter().print(user);
  }
}

package io.heartline.store.redis;

import io.heartline.model.OneLine;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Says in words why a server could not be reached. */
final class Causes {
  private static final int DEEPEST = 10;

  private Causes() {}

  /** Returns what was said, and what lies deepest beneath it. */
  static String of(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    Throwable root = root(failure);
    String beneath = String.valueOf(root.getMessage());
    return OneLine.of(
        root == failure || said.contains(beneath) ? said : said + " (" + beneath + ')');
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; i < DEEPEST; i++) {
      Throwable next = cause(root);
      if (next == null) {
        return root;
      }
      root = next;
    }
    return root;
  }

  /** A client that tries several addresses of a host keeps why each failed. */
  private static @Nullable Throwable cause(Throwable of) {
    if (of.getCause() != null) {
      return of.getCause();
    }
    return of.getSuppressed().length == 0 ? null : of.getSuppressed()[0];
  }

  /** Returns whether the certificate of the server is not trusted, or for another host. */
  static boolean isCertificate(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; i < DEEPEST && each != null; i++) {
      if (each instanceof GeneralSecurityException) {
        return true;
      }
      each = cause(each);
    }
    return false;
  }
}

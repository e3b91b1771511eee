package io.heartline.testing;

import java.util.List;
import java.util.Random;

/** What may go wrong in the frames of a client of STOMP, by accident or not. */
public final class StompMistakes {
  /** What may hurt, wherever it is put. */
  private static final List<String> NASTY = List.of(
      "\0",
      "\n",
      "\n\n",
      "\r",
      "\r\n\r\n",
      "\\",
      "\\t",
      "\\r",
      ":",
      "\0\0",
      "\0\n\0",
      "\ud83d",
      "\ude00",
      "\ufeff",
      "\u4f60",
      "content-length:5\n",
      "content-length:99999999999\n",
      "content-length:-1\n",
      "receipt:\\n\n",
      "receipt:forged\n",
      "transaction:none\n",
      "id:\n",
      "\n\nMESSAGE\n\n\0",
      "\0CONNECT\n\n\0",
      "\0DISCONNECT\n\n\0",
      "\0BEGIN\ntransaction:t\n\n\0",
      "k:v\n".repeat(65),
      "x".repeat(8 * 1024 + 1),
      "\n" + "y".repeat(StompTalk.BODY_BYTES + 1));

  private StompMistakes() {}

  /** Returns something that may hurt. */
  public static String piece(Random random) {
    return NASTY.get(random.nextInt(NASTY.size()));
  }

  /** Returns the text with a mistake; all before {@code at} is as it was. */
  public static String in(String text, int at, Random random) {
    String before = text.substring(0, at);
    String rest = text.substring(at);
    int skipped = Math.min(rest.length(), 1 + random.nextInt(random.nextBoolean() ? 2 : 60));
    return switch (random.nextInt(6)) {
      case 0 -> before;
      case 1 -> before + rest.substring(skipped);
      case 2 -> before + piece(random) + rest;
      case 3 -> before + piece(random) + rest.substring(skipped);
      case 4 -> before + text.substring(random.nextInt(text.length()));
      default -> before + in(rest, random.nextInt(rest.length()), random);
    };
  }
}

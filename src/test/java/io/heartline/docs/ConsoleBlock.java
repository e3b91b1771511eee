package io.heartline.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A {@code console} block of a document: commands after {@code "$ "}, each followed by what it
 * printed. A block below {@code <!-- by hand -->} needs more than our own server, so no test runs
 * it.
 */
record ConsoleBlock(List<Step> steps) {
  /**
   * One command and what it printed.
   *
   * @param line of the document, for messages
   * @param output may be empty, then anything may be printed
   */
  record Step(int line, String command, String output) {
    /**
     * Returns whether it printed the same this time. What differs from run to run may differ:
     * numbers, positions, and where a document breaks its lines. {@code ...} stands for anything.
     */
    boolean printed(String now) {
      StringBuilder pattern = new StringBuilder();
      for (String part : loose(output).split(Pattern.quote("..."), -1)) {
        pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
      }
      return Pattern.compile(pattern.toString(), Pattern.DOTALL)
          .matcher(loose(now))
          .matches();
    }

    private static String loose(String text) {
      return text.replaceAll("[a-z0-9]{6,14}\\.[0-9a-z]+(?=[:\"])", "<epoch>")
          .replaceAll("[0-9]+", "0")
          .replaceAll("\\s+", "");
    }
  }

  static final String BY_HAND = "<!-- by hand -->";
  private static final String PROMPT = "$ ";

  /** Returns the blocks of a document that a test can run. */
  static List<ConsoleBlock> runnable(String document) {
    List<String> lines = document.lines().toList();
    List<ConsoleBlock> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().equals("```console")) {
        int end = i + 1;
        while (!lines.get(end).strip().equals("```")) {
          end++;
        }
        if (i == 0 || !lines.get(i - 1).strip().equals(BY_HAND)) {
          int indent = lines.get(i).indexOf("```"); // within a list
          List<String> block = new ArrayList<>();
          lines
              .subList(i + 1, end)
              .forEach(line -> block.add(line.substring(Math.min(indent, line.length()))));
          blocks.add(new ConsoleBlock(steps(block, i + 2)));
        }
        i = end;
      }
    }
    return blocks;
  }

  /** @param first the number of the first of these lines in its document */
  private static List<Step> steps(List<String> lines, int first) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      int line = at + first;
      if (!lines.get(at).startsWith(PROMPT)) {
        throw new AssertionError("line " + line + " of a console block is neither a command nor"
            + " what one printed: " + lines.get(at));
      }
      StringBuilder command = new StringBuilder(lines.get(at++).substring(PROMPT.length()));
      while (command.toString().endsWith("\\")) {
        command.append('\n').append(lines.get(at++));
      }
      StringBuilder output = new StringBuilder();
      while (at < lines.size() && !lines.get(at).startsWith(PROMPT)) {
        output.append(lines.get(at++)).append('\n');
      }
      steps.add(new Step(line, command.toString(), output.toString()));
    }
    return steps;
  }
}

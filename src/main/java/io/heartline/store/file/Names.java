package io.heartline.store.file;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the store's files; never made from the names of channels or users. */
final class Names {
  static final String UNFINISHED = ".new";
  private static final Pattern SEGMENT = Pattern.compile("segment-(\\d{10,18})\\.log");
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{10,18})\\.log");

  private Names() {}

  static String segment(long number) {
    return String.format(Locale.ROOT, "segment-%010d.log", number);
  }

  static String checkpoint(long number) {
    return String.format(Locale.ROOT, "checkpoint-%010d.log", number);
  }

  /** Returns the numbers of all segments among files, in ascending order. */
  static List<Long> segments(List<String> files) {
    return numbers(SEGMENT, files);
  }

  /** Returns the numbers of all checkpoints among files, in ascending order. */
  static List<Long> checkpoints(List<String> files) {
    return numbers(CHECKPOINT, files);
  }

  private static List<Long> numbers(Pattern pattern, List<String> files) {
    return files.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Long.valueOf(matcher.group(1)))
        .sorted()
        .toList();
  }

  /** Returns whether a file is a segment or checkpoint with a lower number. */
  static boolean isBefore(String file, long number) {
    return Stream.of(SEGMENT, CHECKPOINT)
        .flatMap(pattern -> numbers(pattern, List.of(file)).stream())
        .anyMatch(n -> n < number);
  }
}

package io.heartline.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of npm's libraries, in a process of their own: a script of {@code src/test/js/clients}
 * that prints a line for each event, its fields separated by tabs.
 */
public final class NodeClients implements AutoCloseable {
  private final Process process;

  public NodeClients(Told told, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", "src/test/js/clients/" + script));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Thread thread = new Thread(() -> read(told), script + " " + process.pid());
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Told told) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t", 3);
        told.add(new Told.Event(fields[0], fields[1], fields[2]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says a line to the script. */
  public void say(String line) throws IOException {
    process.outputWriter().write(line + '\n');
    process.outputWriter().flush();
  }

  @Override
  public void close() throws IOException {
    process.outputWriter().close(); // it ends with its input
  }
}

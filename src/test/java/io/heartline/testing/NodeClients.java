package io.heartline.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients of npm's libraries, in a process of their own: a script of {@code src/test/js/clients}
 * that prints a line for each event, its fields separated by tabs.
 */
public final class NodeClients implements AutoCloseable {
  private final Process process;

  public NodeClients(Told told, String script, String... arguments) throws IOException {
    this(told::add, null, script, arguments);
  }

  /**
   * @param told of each event, by one thread
   * @param trusted a certificate that the clients trust besides those of node; null if there is
   *     none
   */
  public NodeClients(
      Consumer<Told.Event> told, @Nullable Path trusted, String script, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("node", "src/test/js/clients/" + script));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (trusted != null) {
      builder.environment().put("NODE_EXTRA_CA_CERTS", trusted.toString());
    }
    process = builder.start();
    Thread thread = new Thread(() -> read(told), script + " " + process.pid());
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Consumer<Told.Event> told) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t", 3);
        told.accept(new Told.Event(fields[0], fields[1], fields[2]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
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

package io.heartline.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What several nodes say to each other in one process: messages arrive when told, or get lost. */
final class SimulatedNet {
  private final Map<String, Node> nodes = new HashMap<>();
  private final Set<String> living = new TreeSet<>();
  private final Deque<Message> underWay = new ArrayDeque<>();

  /** All that was ever sent. */
  final List<Message> sent = new ArrayList<>();

  /** Which messages are lost. */
  Predicate<Message> lost = message -> false;

  /** Nobody can say which nodes live, and nothing is heard. */
  boolean away;

  record Message(String from, String to, String text) {}

  /** Adds a node, which lives. */
  Node node(String name) {
    Node node = new Node(name);
    nodes.put(name, node);
    living.add(name);
    return node;
  }

  /** A node ends: its lease is over, and it hears nothing any more. */
  void kill(String name) {
    nodes.remove(name);
    living.remove(name);
  }

  /** A node's lease is over, though it runs on. */
  void expire(String name) {
    living.remove(name);
  }

  /** It has a lease again. */
  void renew(String name) {
    living.add(name);
  }

  /** Lets all nodes see which ones live, as each does every few seconds. */
  void look() {
    nodes.values().forEach(node -> node.view = Set.copyOf(living));
  }

  /** Delivers everything, also what is said in answer. */
  void deliver() {
    while (!underWay.isEmpty()) {
      deliverOne(underWay.remove());
    }
  }

  void deliverOne(Message message) {
    Node to = nodes.get(message.to);
    if (to != null && !away && !lost.test(message)) {
      to.told.forEach(told -> told.accept(message.from, message.text));
    }
  }

  /** What is under way, for a test that delivers it in an order of its own. */
  Deque<Message> underWay() {
    return underWay;
  }

  final class Node implements Bus {
    private final String name;
    private final List<BiConsumer<String, String>> told = new ArrayList<>();
    private final List<Consumer<Doubt>> doubted = new ArrayList<>();
    private Set<String> view;

    private Node(String name) {
      this.name = name;
      view = Set.of(name);
    }

    @Override
    public String node() {
      return name;
    }

    @Override
    public Set<String> nodes() {
      return view;
    }

    @Override
    public CompletionStage<Set<String>> look() {
      if (away) {
        return CompletableFuture.failedStage(new Store.Unavailable("away"));
      }
      view = Set.copyOf(living);
      return CompletableFuture.completedStage(view);
    }

    @Override
    public boolean isLeased() {
      return living.contains(name);
    }

    @Override
    public void send(String to, String message) {
      Message said = new Message(name, to, message);
      sent.add(said);
      underWay.add(said);
    }

    @Override
    public void sendAll(String message) {
      List.copyOf(nodes.keySet()).stream()
          .filter(to -> !to.equals(name))
          .sorted()
          .forEach(to -> send(to, message));
    }

    @Override
    public void onMessage(BiConsumer<String, String> listener) {
      told.add(listener);
    }

    @Override
    public void onDoubt(Consumer<Doubt> listener) {
      doubted.add(listener);
    }

    void doubt(Doubt why) {
      doubted.forEach(listener -> listener.accept(why));
    }
  }
}

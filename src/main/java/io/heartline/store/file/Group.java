package io.heartline.store.file;

import io.heartline.engine.Draft;
import io.heartline.engine.Store;
import io.heartline.log.ChannelLog;
import io.heartline.model.ChannelName;
import io.heartline.model.Position;
import io.heartline.model.Publication;
import io.heartline.store.requests.Request;
import io.heartline.store.window.IdKey;
import io.heartline.store.window.Ids;
import io.heartline.store.window.Window;
import io.heartline.store.window.Windows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is committed together. Positions are given and entries encoded as requests come in; nobody
 * sees any of it until {@link #show}. Used by the store's thread only.
 */
final class Group {
  private record Publishing(Window window, Publication publication) {}

  private record Answering(Request request, List<Position> positions) {}

  private final Windows windows;
  private final ChannelNumbers numbers;
  private final EntryWriter entries;
  private final long now;

  private final List<Window> pinned = new ArrayList<>();
  private final List<Publishing> publications = new ArrayList<>();
  private final List<Answering> answers = new ArrayList<>();
  private final Map<Window, Position> heads = new HashMap<>();
  private final Map<IdKey, Ids.Taken> ids = new HashMap<>();

  /** @param now wall-clock time of the whole group, in microseconds since 1970 */
  Group(Windows windows, ChannelNumbers numbers, EntryWriter entries, long now) {
    this.windows = windows;
    this.numbers = numbers;
    this.entries = entries;
    this.now = now;
  }

  /** Returns how many calls are in the group. */
  int requests() {
    return answers.size();
  }

  /** Adds one call; refuses it at once if one of its channels cannot be had. */
  void add(Request request) {
    List<Window> targets;
    try {
      targets = windows.pinAll(request.drafts());
    } catch (Store.Unavailable e) {
      request.answer().completeExceptionally(e);
      return;
    }
    pinned.addAll(targets);
    List<Position> positions = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      positions.add(place(targets.get(i), request.drafts().get(i)));
    }
    answers.add(new Answering(request, positions));
  }

  private Position place(Window window, Draft draft) {
    IdKey id = IdKey.of(draft);
    Position known = id == null ? null : find(id);
    if (known != null) {
      return known;
    }
    Position head = heads.get(window);
    if (head == null) {
      head = window.head();
    }
    Position position = ChannelLog.next(head, now);
    int number = numbers.of(window, head, entries);
    entries.publication(number, position.offset(), position.tag(), draft.id(), draft.data());
    if (id != null) {
      Ids.Taken taken = new Ids.Taken(id, position, now);
      entries.id(taken);
      ids.put(id, taken);
    }
    heads.put(window, position);
    publications.add(new Publishing(window, new Publication(position, draft.data(), draft.id())));
    return position;
  }

  private @Nullable Position find(IdKey id) {
    Ids.Taken here = ids.get(id);
    return here == null ? windows.ids().find(id, now) : here.position();
  }

  /** The group is on the disk: shows it to readers. */
  void show(Consumer<ChannelName> committed) {
    numbers.keep();
    ids.values().forEach(windows.ids()::take);
    for (Publishing publishing : publications) {
      windows.append(publishing.window(), publishing.publication(), now);
    }
    heads.keySet().forEach(window -> committed.accept(window.name()));
    pinned.forEach(windows::unpin);
  }

  /** The group was shown: answers its publishers. */
  void answer() {
    answers.forEach(a -> a.request().answer().complete(a.positions()));
  }

  /** The group is not on the disk, or nobody knows: drops it and refuses all its calls. */
  void refuse(Store.Unavailable why) {
    numbers.undo();
    pinned.forEach(windows::unpin);
    answers.forEach(a -> a.request().answer().completeExceptionally(why));
  }
}

package io.github.ratelimiter.fallback;

import io.github.ratelimiter.store.StoreEvent;
import io.github.ratelimiter.store.StoreListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what it is notified of. */
final class RecordingListener implements StoreListener {
  final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void onEvent(StoreEvent event) {
    if (event instanceof StoreEvent.BreakerOpened opened) {
      heard.add("opened: " + opened.reason().getMessage());
    } else if (event instanceof StoreEvent.BreakerHalfOpened) {
      heard.add("half-open");
    } else if (event instanceof StoreEvent.BreakerClosed) {
      heard.add("closed");
    } else if (event instanceof StoreEvent.FallbackDecided decided) {
      heard.add(
          "fell back, " + decided.decision().outcome() + ": " + decided.reason().getMessage());
    } else if (event instanceof StoreEvent.Recovered recovered) {
      heard.add("recovered: " + recovered.keys() + " keys, " + recovered.permits() + " permits");
    }
  }

  List<String> states() {
    return heard.stream().filter(event -> !event.startsWith("fell back")).toList();
  }
}

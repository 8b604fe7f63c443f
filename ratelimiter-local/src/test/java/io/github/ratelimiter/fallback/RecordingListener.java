package io.github.ratelimiter.fallback;

import io.github.ratelimiter.Decision;
import io.github.ratelimiter.Request;
import io.github.ratelimiter.StoreException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what it hears. */
final class RecordingListener implements FallbackListener {
  final List<String> heard = new CopyOnWriteArrayList<>();

  @Override
  public void onOpened(StoreException reason) {
    heard.add("opened: " + reason.getMessage());
  }

  @Override
  public void onHalfOpen() {
    heard.add("half-open");
  }

  @Override
  public void onClosed() {
    heard.add("closed");
  }

  @Override
  public void onFellBack(Request request, Decision decision, StoreException reason) {
    heard.add("fell back, " + decision.outcome() + ": " + reason.getMessage());
  }

  @Override
  public void onRecovered(long keys, long permits) {
    heard.add("recovered: " + keys + " keys, " + permits + " permits");
  }

  List<String> states() {
    return heard.stream().filter(event -> !event.startsWith("fell back")).toList();
  }
}

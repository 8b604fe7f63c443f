package io.github.ratelimiter.bench.redis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All measurements of one run of the command. */
final class Results {
  private final List<Measurement> measurements = new ArrayList<>();
  private final Map<RedisContender, Double> bytesPerKey = new EnumMap<>(RedisContender.class);
  private final String about;

  /**
   * Creates empty results.
   *
   * @param about describes the server, the machine and the settings
   */
  Results(String about) {
    this.about = about;
  }

  void add(Measurement measurement) {
    measurements.add(measurement);
  }

  void bytesPerKey(RedisContender contender, double bytes) {
    bytesPerKey.put(contender, bytes);
  }

  String about() {
    return about;
  }

  Map<RedisContender, Double> bytesPerKey() {
    return bytesPerKey;
  }

  List<Load> loads() {
    return measurements.stream().map(Measurement::load).distinct().toList();
  }

  List<Row> rows(Load load) {
    List<Row> rows = new ArrayList<>();
    for (RedisContender contender : RedisContender.values()) {
      Row row = row(load, contender);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Nullable Row row(Load load, RedisContender contender) {
    List<Measurement> rounds =
        measurements.stream()
            .filter(m -> m.load().equals(load) && m.contender() == contender)
            .toList();
    return rounds.isEmpty() ? null : new Row(contender, load, rounds);
  }
}

package io.github.ratelimiter.redis;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A time zone with data of several versions, as if callers had different releases of it. Version 3
 * skips a day in November 2025.
 */
final class ChangingZone {
  static final int VERSIONS = 4;

  private static final List<ZoneRules> RULES =
      List.of(
          ZoneOffset.ofHours(1).getRules(),
          ZoneOffset.ofHours(2).getRules(),
          ZoneOffset.ofHoursMinutes(-1, -30).getRules(),
          skipping());

  private final String id;
  private volatile int version;

  /** Creates a zone with an ID of its own. */
  ChangingZone(String id) {
    this.id = id;
    ZoneRulesProvider.registerProvider(new Provider());
  }

  ZoneId zone() {
    return ZoneId.of(id);
  }

  private static ZoneRules skipping() {
    ZoneOffset before = ZoneOffset.ofHours(-11);
    List<ZoneOffsetTransition> skip =
        List.of(
            ZoneOffsetTransition.of(
                LocalDateTime.of(2025, 11, 21, 0, 0), before, ZoneOffset.ofHours(13)));
    return ZoneRules.of(before, before, List.of(), skip, List.of());
  }

  /** All callers have this version from now on. */
  void use(int number) {
    version = number;
  }

  private final class Provider extends ZoneRulesProvider {
    @Override
    protected Set<String> provideZoneIds() {
      return Set.of(id);
    }

    @Override
    protected ZoneRules provideRules(String zoneId, boolean forCaching) {
      return forCaching ? null : RULES.get(version);
    }

    @Override
    protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
      return new TreeMap<>();
    }
  }
}

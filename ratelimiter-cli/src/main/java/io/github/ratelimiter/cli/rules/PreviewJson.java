package io.github.ratelimiter.cli.rules;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.ratelimiter.cli.JsonText;
import io.github.ratelimiter.cli.log.LogScan;
import io.github.ratelimiter.cli.rules.Tally.Count;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.file.RuleChange;
import io.github.ratelimiter.rules.file.RuleSetDiff;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The report of a preview as JSON. What needs the rules before is left out if there are none, so a
 * number that is there was counted.
 */
final class PreviewJson {
  private final Preview preview;
  private final boolean hasBefore;

  private PreviewJson(Preview preview) {
    this.preview = preview;
    this.hasBefore = preview.before().isPresent();
  }

  static String of(Preview preview, int top) {
    return JsonText.of(new PreviewJson(preview).object(top));
  }

  private JsonObject object(int top) {
    LogScan scan = preview.scan();
    JsonObject json = new JsonObject();
    json.add("sources", texts(preview.sources()));
    json.addProperty("from", time(scan.firstSecond()));
    json.addProperty("to", time(scan.second()));
    json.addProperty("malformed", scan.malformed());
    json.addProperty("late", scan.late());
    json.addProperty("keys", preview.keys().size());
    json.addProperty("keysComplete", preview.keys().isComplete());
    json.addProperty("forgottenKeys", preview.evictions());
    preview.before().ifPresent(before -> json.add("changes", changes(before)));
    counts(json, preview.all());
    json.addProperty("refusedKeys", preview.keysWith(Count.REFUSED));
    if (hasBefore) {
      json.addProperty("refusedKeysBefore", preview.keysWith(Count.REFUSED_BEFORE));
      json.addProperty("newlyRefusedKeys", preview.keysWith(Count.NEWLY_REFUSED));
      json.addProperty("noLongerRefusedKeys", preview.keysWith(Count.NO_LONGER_REFUSED));
      json.addProperty("refusedByOtherRule", preview.all().get(Count.OTHER_RULE));
    }
    json.add("rules", rows("rule", preview.rules().all()));
    json.add(hasBefore ? "topNewlyRefused" : "topRefused", keys(top, Count.NEWLY_REFUSED));
    if (hasBefore) {
      json.add("topNoLongerRefused", keys(top, Count.NO_LONGER_REFUSED));
    }
    json.add("notJudged", texts(Unjudged.of(preview)));
    return json;
  }

  private JsonArray changes(RuleSet before) {
    JsonArray changes = new JsonArray();
    for (RuleChange change : RuleSetDiff.between(before, preview.after()).changes()) {
      JsonObject json = new JsonObject();
      json.addProperty("kind", name(change.kind()));
      json.addProperty("element", name(change.element()));
      json.addProperty("name", change.name());
      JsonArray fields = new JsonArray();
      for (RuleChange.FieldChange field : change.fields()) {
        JsonObject values = new JsonObject();
        values.addProperty("name", field.name());
        field.before().ifPresent(value -> values.addProperty("before", value));
        field.after().ifPresent(value -> values.addProperty("after", value));
        fields.add(values);
      }
      json.add("fields", fields);
      json.addProperty("text", change.toString());
      changes.add(json);
    }
    return changes;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void counts(JsonObject json, Tally tally) {
    json.addProperty("requests", tally.get(Count.REQUESTS));
    json.addProperty("refused", tally.get(Count.REFUSED));
    json.addProperty("delayed", tally.get(Count.DELAYED));
    if (hasBefore) {
      json.addProperty("refusedBefore", tally.get(Count.REFUSED_BEFORE));
      json.addProperty("newlyRefused", tally.get(Count.NEWLY_REFUSED));
      json.addProperty("noLongerRefused", tally.get(Count.NO_LONGER_REFUSED));
    }
    if (tally.get(Count.NEWLY_REFUSED) > 0) {
      json.addProperty(
          hasBefore ? "firstNewlyRefused" : "firstRefused", time(tally.firstNewlyRefused()));
    }
  }

  private JsonArray keys(int top, Count change) {
    List<Tallies.Row> rows = preview.keys().top(top, change);
    JsonArray json = rows("key", rows);
    for (int i = 0; i < rows.size(); i++) {
      JsonObject key = json.get(i).getAsJsonObject();
      key.addProperty("rule", rows.get(i).tally().firstRule(change));
      key.addProperty("refused", rows.get(i).refused());
      if (hasBefore) {
        key.addProperty("refusedBefore", rows.get(i).refusedBefore());
      }
    }
    return json;
  }

  private JsonArray rows(String name, List<Tallies.Row> rows) {
    JsonArray array = new JsonArray();
    for (Tallies.Row row : rows) {
      JsonObject json = new JsonObject();
      json.addProperty(name, row.name());
      counts(json, row.tally());
      if (name.equals("rule")) {
        json.addProperty("shadowRefused", row.get(Count.SHADOW_REFUSED));
        json.addProperty("bans", row.get(Count.BANS));
      }
      array.add(json);
    }
    return array;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static String time(long second) {
    return Instant.ofEpochSecond(second).toString();
  }
}

package io.github.ratelimiter.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Writes reports as JSON. */
public final class Json {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .registerTypeAdapter(Double.class, new Decimals())
          .create();

  private Json() {}

  /**
   * Formats an object as JSON.
   *
   * @param members texts, numbers, lists and maps, by name
   */
  public static String text(Map<String, ?> members) {
    return GSON.toJson(members) + "\n";
  }

  /** Rounds numbers to six decimals. Writes null for a number that is not finite. */
  private static final class Decimals extends TypeAdapter<Double> {
    private static final int DECIMALS = 6;

    @Override
    public void write(JsonWriter out, Double value) throws IOException {
      if (Double.isFinite(value)) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
        out.jsonValue(rounded.stripTrailingZeros().toPlainString());
      } else {
        out.nullValue();
      }
    }

    @Override
    public Double read(JsonReader in) {
      throw new UnsupportedOperationException("reports are only written");
    }
  }
}

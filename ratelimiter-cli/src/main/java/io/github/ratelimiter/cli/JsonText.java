package io.github.ratelimiter.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.util.Locale;

/** Writes JSON in ASCII, so that the encoding of the output does not matter. */
public final class JsonText {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private JsonText() {}

  /** Writes a value on several lines. */
  public static String of(JsonElement value) {
    return ascii(GSON.toJson(value)) + "\n";
  }

  /** Escapes all non-ASCII characters. */
  public static String ascii(String json) {
    StringBuilder ascii = new StringBuilder(json.length());
    json.chars()
        .forEach(c -> ascii.append(c < 0x7f ? (char) c : String.format(Locale.ROOT, "\\u%04x", c)));
    return ascii.toString();
  }
}

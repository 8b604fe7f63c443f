package io.github.ratelimiter.cli.replay;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads a line that is a JSON object, by the names that Caddy, Traefik and nginx users give. */
final class JsonLine {
  private static final List<String> TIME =
      List.of(
          "StartUTC",
          "ts",
          "msec",
          "time_msec",
          "time_iso8601",
          "@timestamp",
          "timestamp",
          "time",
          "time_local",
          "datetime");
  private static final List<String> CLIENT =
      List.of(
          "request/client_ip",
          "request/remote_ip",
          "request/remote_addr",
          "ClientHost",
          "ClientAddr",
          "remote_addr",
          "client_ip",
          "clientip",
          "remote_ip",
          "client",
          "ip");
  private static final List<String> PATH =
      List.of("request/uri", "RequestPath", "request_uri", "uri", "url", "path");
  private static final List<String> AGENT =
      List.of(
          "request/headers/User-Agent",
          "request_User-Agent",
          "http_user_agent",
          "user_agent",
          "agent");
  private static final List<String> USER =
      List.of("user_id", "ClientUsername", "remote_user", "user");

  private final LogTime times;

  JsonLine(LogTime times) {
    this.times = times;
  }

  /** The object of a line; null if it is none. */
  static @Nullable JsonObject parse(String line) {
    String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    JsonObject json = object(text);
    // nginx escapes as \x22 unless its format says escape=json.
    return json != null || !text.contains("\\x") ? json : object(text.replace("\\x", "\\\\x"));
  }

  private static @Nullable JsonObject object(String text) {
    try {
      JsonElement json = JsonParser.parseString(text);
      return json.isJsonObject() ? json.getAsJsonObject() : null;
    } catch (JsonParseException e) {
      return null;
    }
  }

  /** The line that Docker wrapped into an object; null if this is no such object. */
  static @Nullable String wrapped(JsonObject json) {
    boolean wrapped = json.has("log") && json.has("stream");
    return wrapped ? first(json, List.of("log")).stripTrailing() : null;
  }

  Line read(JsonObject json) {
    String time = first(json, TIME);
    if (time.equals(Line.MISSING)) {
      return new Line.Unusable("it is JSON without a time, as ts, time, msec or StartUTC");
    }
    OptionalLong micros = times.micros(time);
    if (micros.isEmpty()) {
      return new Line.Unusable(LogTime.PROBLEM);
    }
    Address client = Address.firstIn(first(json, CLIENT));
    if (client == null) {
      return new Line.Unusable(
          "it is JSON without an address, as remote_addr, request.remote_ip or ClientHost");
    }
    String path = first(json, PATH.subList(0, 3));
    String request = path.equals(Line.MISSING) ? first(json, List.of("request")) : Line.MISSING;
    if (!request.equals(Line.MISSING)) {
      path = Quoted.path(request);
    }
    return new Line.Request(
        micros.getAsLong(),
        client.text(),
        path.equals(Line.MISSING) ? first(json, PATH) : path,
        first(json, AGENT),
        first(json, USER));
  }

  /** The first text or number there is under some names. */
  private static String first(JsonObject json, List<String> names) {
    for (String name : names) {
      JsonElement value = json;
      for (String part : name.split("/")) {
        value = value != null && value.isJsonObject() ? value.getAsJsonObject().get(part) : null;
      }
      if (value != null && value.isJsonArray() && !value.getAsJsonArray().isEmpty()) {
        value = value.getAsJsonArray().get(0);
      }
      if (value != null && value.isJsonPrimitive() && !value.getAsString().isEmpty()) {
        return bytes(value.getAsString());
      }
    }
    return Line.MISSING;
  }

  /** UTF-8 bytes, one in each character. No field holds a line feed. */
  private static String bytes(String text) {
    byte[] bytes = text.replace("\n", "\\n").getBytes(StandardCharsets.UTF_8);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}

package io.github.ratelimiter.redis.transport;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.LimitedLog;
import io.lettuce.core.RedisCommandExecutionException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Classifies errors. Outages pass; configuration errors do not. */
public final class Errors {
  private static final Logger LOG =
      LoggerFactory.getLogger("io.github.ratelimiter.redis.RedisStateStore");

  /**
   * Errors of a server that cannot decide now and has not decided. The last ones come from inside a
   * script.
   */
  private static final Pattern OUTAGE =
      Pattern.compile(
          "^(LOADING|MASTERDOWN|BUSY|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|READONLY|OOM|MISCONF|NOREPLICAS)\\b"
              + "|@user_script.* -(READONLY|OOM|MISCONF|NOREPLICAS)\\b");

  private static final Pattern SETUP =
      Pattern.compile(
          "^(NOAUTH|WRONGPASS|NOPERM|DENIED)\\b|cluster support disabled|invalid password"
              + "|called without any password|unknown command|DB index is out of range");

  /** The number of texts that are limited each on its own. Further ones share a limit. */
  private static final int MOST_TEXTS = 32;

  private static final int MOST_CAUSES = 32;

  private final Map<String, LimitedLog> mistakes = new ConcurrentHashMap<>();
  private final LimitedLog otherMistakes = onceAMinute();

  private static LimitedLog onceAMinute() {
    return new LimitedLog(LOG, Level.ERROR, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  }

  /** Returns whether the server does not know the script. */
  public static boolean isNoScript(Throwable error) {
    return isReply(error, "NOSCRIPT");
  }

  /** Returns whether some keys of a call are moving from one server to another. */
  public static boolean isTryAgain(Throwable error) {
    return isReply(error, "TRYAGAIN");
  }

  /** Returns whether the server reports that it cannot serve now. */
  public static boolean isOutage(Throwable error) {
    return OUTAGE.matcher(textOf(error)).find();
  }

  /** Returns whether the server is a replica. */
  public static boolean isReadOnly(Throwable error) {
    return isReply(error, "READONLY") || textOf(error).contains("-READONLY");
  }

  private static boolean isReply(Throwable error, String code) {
    return error instanceof RedisCommandExecutionException && textOf(error).startsWith(code);
  }

  /**
   * Returns the exception for a call without a decision.
   *
   * @param mayHaveRun whether a server may have carried it out without a reply
   */
  public StoreException ofCall(Throwable error, boolean mayHaveRun) {
    String text = textOf(error);
    if (error instanceof StoreException known) {
      return known;
    }
    if (!(error instanceof RedisCommandExecutionException)) {
      return new StoreUnavailableException(
          mayHaveRun
              ? "the connection to Redis broke; the request may have been carried out"
              : "Redis cannot be reached",
          mayHaveRun,
          error);
    }
    if (OUTAGE.matcher(text).find()) {
      return new StoreUnavailableException("Redis cannot decide now: " + text, false, error);
    }
    if (SETUP.matcher(text).find()) {
      return mistake("Redis refused the request: " + text, false, error);
    }
    return mistake("the decision script failed: " + text, true, error);
  }

  /** Returns the exception for a configuration error, and logs it. */
  public StoreMisconfiguredException mistake(
      String text, boolean mayHaveRun, @Nullable Throwable cause) {
    LimitedLog known = mistakes.get(text);
    if (known == null && mistakes.size() < MOST_TEXTS) {
      known = mistakes.computeIfAbsent(text, first -> onceAMinute());
    }
    (known == null ? otherMistakes : known)
        .event()
        .addKeyValue("reason", text)
        .setCause(cause)
        .log("Wrongly configured: {}", text);
    return new StoreMisconfiguredException(text, mayHaveRun, cause);
  }

  /** Returns the exception for a connection that could not be opened. */
  public static StoreException ofConnecting(String where, Throwable error) {
    for (Throwable t : all(error)) {
      if (t instanceof StoreException known) {
        return known;
      }
      String text = textOf(t);
      boolean reply = t instanceof RedisCommandExecutionException;
      if (reply && SETUP.matcher(text).find()) {
        return new StoreMisconfiguredException(
            where + " refuses this client: " + text + advice(text), false, error);
      }
      if (t instanceof CertificateException || t instanceof CertPathValidatorException) {
        return new StoreMisconfiguredException(
            where + " has a certificate that is not trusted: " + text, false, error);
      }
      if (reply && OUTAGE.matcher(text).find()) {
        return new StoreUnavailableException(where + " is not ready: " + text, false, error);
      }
      if (isSetUpWrongly(t)) {
        return new StoreMisconfiguredException(
            where + ": this process cannot connect: " + text, false, error);
      }
    }
    return new StoreUnavailableException(where + " cannot be reached", false, error);
  }

  /**
   * Returns whether waiting does not help: a transport is missing from the class path, or a client
   * is closed.
   */
  private static boolean isSetUpWrongly(Throwable error) {
    return error instanceof IllegalArgumentException
        || error instanceof IllegalStateException
        || error instanceof UnsupportedOperationException
        || error instanceof LinkageError;
  }

  /** Returns an error, its causes, and its suppressed exceptions. */
  private static List<Throwable> all(Throwable error) {
    List<Throwable> all = new ArrayList<>(List.of(error));
    for (int i = 0; i < all.size() && i < MOST_CAUSES; i++) {
      Throwable next = all.get(i);
      if (next.getCause() != null) {
        all.add(next.getCause());
      }
      all.addAll(List.of(next.getSuppressed()));
    }
    return all;
  }

  private static String advice(String text) {
    if (text.contains("cluster support disabled")) {
      return "; it is not a cluster, so connect without cluster mode";
    }
    if (text.startsWith("NOPERM")) {
      return "; the Redis guide lists the required ACL rules";
    }
    return text.startsWith("NOAUTH") ? "; set a password" : "";
  }

  private static String textOf(Throwable error) {
    String text = error.getMessage();
    return text == null ? error.getClass().getSimpleName() : text;
  }
}

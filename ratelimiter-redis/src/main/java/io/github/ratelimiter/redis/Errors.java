package io.github.ratelimiter.redis;

import io.github.ratelimiter.StoreException;
import io.github.ratelimiter.StoreMisconfiguredException;
import io.github.ratelimiter.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, told apart: outages pass, mistakes do not. */
final class Errors {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStateStore.class);

  /** Of a server that cannot decide now, and has not; the last ones come from inside a script. */
  private static final Pattern OUTAGE =
      Pattern.compile(
          "^(LOADING|MASTERDOWN|BUSY|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|READONLY|OOM|MISCONF|NOREPLICAS)\\b"
              + "|@user_script.* -(READONLY|OOM|MISCONF|NOREPLICAS)\\b");

  private static final Pattern SETUP =
      Pattern.compile(
          "^(NOAUTH|WRONGPASS|NOPERM|DENIED)\\b|cluster support disabled|invalid password"
              + "|called without any password|unknown command|DB index is out of range");

  private static final int MOST_LOGGED = 32;

  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /** Whether the script is not known to the server that was asked. */
  static boolean isNoScript(Throwable error) {
    return isReply(error, "NOSCRIPT");
  }

  /** Whether some of the keys of a call are moving from one server to another. */
  static boolean isTryAgain(Throwable error) {
    return isReply(error, "TRYAGAIN");
  }

  /** Whether the server says that it cannot serve now. */
  static boolean isOutage(Throwable error) {
    return OUTAGE.matcher(textOf(error)).find();
  }

  /** Whether the server that was asked is a replica. */
  static boolean isReadOnly(Throwable error) {
    return isReply(error, "READONLY") || textOf(error).contains("-READONLY");
  }

  private static boolean isReply(Throwable error, String code) {
    return error instanceof RedisCommandExecutionException && textOf(error).startsWith(code);
  }

  /**
   * Why a call gave no decision.
   *
   * @param mayHaveRun whether a server may have carried it out without having said so
   */
  StoreException ofCall(Throwable error, boolean mayHaveRun) {
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
      return mistake("Redis refuses to decide: " + text, false, error);
    }
    return mistake("the decision script failed: " + text, true, error);
  }

  /** A mistake, which is logged the first time. */
  StoreMisconfiguredException mistake(String text, boolean mayHaveRun, @Nullable Throwable cause) {
    if (logged.size() < MOST_LOGGED && logged.add(text)) {
      LOG.error("{}", text, cause);
    }
    return new StoreMisconfiguredException(text, mayHaveRun, cause);
  }

  /** Why no connection could be made. */
  static StoreException ofConnecting(String where, Throwable error) {
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
            where + " cannot be connected to by this process: " + text, false, error);
      }
    }
    return new StoreUnavailableException(where + " cannot be reached", false, error);
  }

  /** What no waiting mends: a transport that is not on the class path, a client that is closed. */
  private static boolean isSetUpWrongly(Throwable error) {
    return error instanceof IllegalArgumentException
        || error instanceof IllegalStateException
        || error instanceof UnsupportedOperationException
        || error instanceof LinkageError;
  }

  /** An error, its causes, and what was suppressed on the way. */
  private static List<Throwable> all(Throwable error) {
    List<Throwable> all = new ArrayList<>(List.of(error));
    for (int i = 0; i < all.size() && i < MOST_LOGGED; i++) {
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
      return "; the guide to Redis lists the ACL rules that are needed";
    }
    return text.startsWith("NOAUTH") ? "; give a password" : "";
  }

  private static String textOf(Throwable error) {
    String text = error.getMessage();
    return text == null ? error.getClass().getSimpleName() : text;
  }
}

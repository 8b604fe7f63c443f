package io.github.ratelimiter.server.users;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.ratelimiter.Policy;
import io.github.ratelimiter.TimeSource;
import io.github.ratelimiter.internal.Keyless;
import io.github.ratelimiter.internal.LimitedLog;
import io.github.ratelimiter.rules.OwnLimits;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.threads.LibraryTimer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/*
 * Users as decisions need them.
 *
 * Cache     the users of the last checks, known or not. What a decision needs is read from it, and
 *           never from the store.
 * First use a check of a user who is not in the cache waits for the store, for at most 50 ms.
 *           After a load that failed or was too slow, checks do not wait for a second. A user who
 *           could not be loaded is limited as one who is not known.
 * Change    by this instance: the next check loads the user. By another one: the store notifies. What
 *           no notification tells is found by a refresh, at the first check after REFRESH.
 * Outage    a refresh that fails changes nothing: what was known last stays in force.
 */
/** The users, with a cache for decisions. Thread-safe. */
public final class Users implements OwnLimits, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Users.class);

  private static final CompletableFuture<Void> READY = CompletableFuture.completedFuture(null);

  /** What fits into an index of PostgreSQL, whatever the characters are. */
  public static final int LONGEST_ID = 256;

  private static final int MOST_CACHED = 100_000;
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final long LONGEST_WAIT_MICROS = 50_000;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LimitedLog failed =
      new LimitedLog(LOG, Level.WARN, LimitedLog.Rate.ONE_A_MINUTE, TimeSource.system());
  private final UserStore store;
  private final boolean creates;
  private final UserLoads loads;
  private final AsyncLoadingCache<String, KnownUser> cache;

  private volatile long noWaitUntilNanos = System.nanoTime();

  /**
   * Creates a cache of users.
   *
   * @param store keeps them; it is closed with this object
   * @param creates whether a check creates a user that is not there
   */
  public Users(UserStore store, boolean creates) {
    this(store, creates, REFRESH);
  }

  Users(UserStore store, boolean creates, Duration refresh) {
    this.store = store;
    this.creates = creates;
    this.loads = store.isRemote() ? UserLoads.onThreads() : UserLoads.onCaller();
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .refreshAfterWrite(refresh)
            .executor(Runnable::run)
            .buildAsync(new Loader());
    store.onChange(this::changed);
  }

  /** A load that fails returns null, which the cache does not keep. */
  private final class Loader implements AsyncCacheLoader<String, KnownUser> {
    @Override
    public CompletableFuture<KnownUser> asyncLoad(String id, Executor ignored) {
      CompletableFuture<KnownUser> loaded = new CompletableFuture<>();
      try {
        loads.execute(() -> loaded.complete(load(id)));
      } catch (RejectedExecutionException e) {
        failed(e);
        loaded.complete(null);
      }
      return loaded;
    }

    @Override
    public CompletableFuture<KnownUser> asyncReload(String id, KnownUser old, Executor ignored) {
      return asyncLoad(id, ignored).thenApply(user -> user == null ? old : user);
    }
  }

  private @Nullable KnownUser load(String id) {
    try {
      return KnownUser.of(creates ? store.findOrCreate(id) : store.find(id));
    } catch (RuntimeException e) {
      failed(e);
      return null;
    }
  }

  private void failed(RuntimeException e) {
    pause();
    LoggingEventBuilder event = failed.event();
    if (!LimitedLog.isNothing(event)) {
      event
          .setCause(Keyless.stack(e))
          .log("Users cannot be read; those that are known stay as they are");
    }
  }

  private void pause() {
    noWaitUntilNanos = System.nanoTime() + PAUSE_NANOS;
  }

  // --- decisions -------------------------------------------------------------------------------

  /**
   * Loads a user before a decision, if that is needed.
   *
   * @return completed when the user is known, or the decision should not wait for him any longer
   */
  public CompletableFuture<Void> prepare(String id) {
    if (!canKeep(id)) {
      return READY;
    }
    CompletableFuture<KnownUser> known = cache.get(id);
    if (known.isDone() || System.nanoTime() - noWaitUntilNanos < 0) {
      return READY;
    }
    CompletableFuture<Void> ready = new CompletableFuture<>();
    CompletableFuture<Void> late = LibraryTimer.after(LONGEST_WAIT_MICROS);
    late.thenRun(
        () -> {
          if (ready.complete(null)) {
            pause();
          }
        });
    known.whenComplete(
        (user, failure) -> {
          late.cancel(false);
          ready.complete(null);
        });
    return ready;
  }

  /** Returns the tier of a user, if he was prepared and has one. */
  public Optional<String> tierOf(String id) {
    return known(id).tier();
  }

  /** Finds nothing of a user who was not prepared. */
  @Override
  public Optional<Policy> of(String user, Rule rule) {
    return known(user).policyOf(rule);
  }

  private KnownUser known(String id) {
    CompletableFuture<KnownUser> loaded = cache.getIfPresent(id);
    KnownUser user = loaded == null ? null : loaded.getNow(null);
    return user == null ? KnownUser.UNKNOWN : user;
  }

  /**
   * Returns whether an ID can be stored. A check may have any; a user with another one has
   * defaults.
   */
  public static boolean canKeep(String id) {
    return !id.isEmpty() && id.length() <= LONGEST_ID && id.indexOf('\0') < 0;
  }

  // --- administration --------------------------------------------------------------------------

  /** Returns a user. */
  public Optional<User> find(String id) {
    return store.find(id);
  }

  /**
   * Stores a user with the defaults if he is not there. Does nothing if the store does not answer:
   * a later call will do it.
   */
  public void create(String id) {
    prepare(id).join();
    if (!canKeep(id) || known(id).isStored() || System.nanoTime() - noWaitUntilNanos < 0) {
      return;
    }
    try {
      store.findOrCreate(id);
      changed(id);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Returns users, in the order of their IDs. */
  public UserStore.Page list(long offset, int most) {
    return store.list(offset, most);
  }

  /** Stores a user. His next check in this process is decided by it. See {@link UserStore#save}. */
  public User save(String id, User.Settings settings, OptionalLong expected, String author) {
    try {
      return store.save(id, settings, expected, author);
    } finally {
      changed(id);
    }
  }

  /** Removes a user, and returns whether he was there. */
  public boolean delete(String id, String author) {
    try {
      return store.delete(id, author);
    } finally {
      changed(id);
    }
  }

  /** Returns where users are kept. */
  public String place() {
    return store.place();
  }

  private void changed(String id) {
    cache.synchronous().invalidate(id);
  }

  @Override
  public void close() {
    loads.close();
    store.close();
  }
}

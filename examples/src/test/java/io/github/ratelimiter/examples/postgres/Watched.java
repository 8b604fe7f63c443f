package io.github.ratelimiter.examples.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections with calls that a test watches or lets fail. */
final class Watched {
  /** A call of the object behind a proxy. */
  interface Work {
    Object get() throws Exception;
  }

  /** Is called in place of each method of a proxy. */
  interface Around {
    Object call(String method, Work work) throws Exception;
  }

  private Watched() {}

  /** Returns a database on which one method of each connection fails, after or without its work. */
  static DataSource breaking(DataSource database, String method, boolean after) {
    Around breaking =
        (called, work) -> {
          if (!called.equals(method)) {
            return work.get();
          }
          if (after) {
            work.get();
          }
          throw new SQLException("the connection broke", "08006");
        };
    return proxy(
        DataSource.class,
        database,
        (called, work) -> proxy(Connection.class, (Connection) work.get(), breaking));
  }

  static <T> T proxy(Class<T> type, T target, Around around) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) ->
                around.call(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(target, args);
                      } catch (InvocationTargetException e) {
                        throw (Exception) e.getCause();
                      }
                    }));
    return type.cast(proxy);
  }
}

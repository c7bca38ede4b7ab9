package dev.why502.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite's driver, of whose calls that do something one fails. */
final class FailingDriver {
  private static final Set<String> COUNTED =
      Set.of("prepareStatement", "execute", "executeUpdate", "executeQuery");

  private final int nth;
  private final SQLiteErrorCode code;
  private final AtomicInteger calls = new AtomicInteger();

  /** What was opened, without any failure in between. */
  final List<Connection> opened = new CopyOnWriteArrayList<>();

  FailingDriver(int nth, SQLiteErrorCode code) {
    this.nth = nth;
    this.code = code;
  }

  boolean failed() {
    return calls.get() >= nth;
  }

  Connection open(Path file) throws SQLException {
    count();
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    opened.add(connection);
    return wrap(Connection.class, connection);
  }

  private void count() throws SQLException {
    if (calls.incrementAndGet() == nth) {
      throw new SQLiteException("call " + nth, code);
    }
  }

  private <T> T wrap(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            FailingDriver.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (COUNTED.contains(method.getName())) {
                count();
              }
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
              if (result instanceof PreparedStatement statement) {
                return wrap(PreparedStatement.class, statement);
              }
              return result instanceof java.sql.Statement statement
                  ? wrap(java.sql.Statement.class, statement)
                  : result;
            }));
  }
}

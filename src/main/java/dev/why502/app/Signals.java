package dev.why502.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.logging.Level;

/**
 * Signals of the system (signal(7)): HUP, by which every daemon is told to read its configuration
 * again, and WINCH, by which a terminal tells that its size has changed.
 */
final class Signals {
  private Signals() {}

  /**
   * Calls back at each signal of this name; where the JVM has no signals, never.
   *
   * @param name without SIG
   */
  static void on(String name, Runnable work) {
    try {
      // sun.misc.Signal is the only way there is; javac warns of it in a way that cannot be
      // silenced.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "handle" -> work.run();
                  case "hashCode" -> {
                    return System.identityHashCode(self);
                  }
                  case "equals" -> {
                    return arguments[0] == self;
                  }
                  default -> {}
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InstantiationException
        | InvocationTargetException none) {
      Logs.own().log(Level.FINE, "no signal {0} here: {1}", new Object[] {name, none});
    }
  }
}

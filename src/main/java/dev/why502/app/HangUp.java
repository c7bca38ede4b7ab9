package dev.why502.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.logging.Level;

/** SIGHUP, by which every daemon is told to read its configuration again (signal(7)). */
final class HangUp {
  private HangUp() {}

  /** Calls back at each SIGHUP; where the JVM has no signals, never. */
  static void onSignal(Runnable work) {
    try {
      // sun.misc.Signal is the only way there is; javac warns of it in a way that cannot be
      // silenced.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
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
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InstantiationException
        | InvocationTargetException none) {
      Logs.own().log(Level.FINE, "no SIGHUP here: {0}", String.valueOf(none));
    }
  }
}

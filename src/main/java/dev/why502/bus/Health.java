package dev.why502.bus;

import java.util.List;

/**
 * The service's own state.
 *
 * @param due runs that were due since the message before
 * @param ran runs that began since the message before
 * @param lateMillis how late the latest of them began
 * @param blocked times that an event loop was found blocked
 * @param sockets viewers connected, on the bridges and on event streams
 * @param problems what is wrong with the service itself, in words
 */
public record Health(
    int probes,
    long due,
    long ran,
    double lateMillis,
    long blocked,
    long storeErrors,
    int sockets,
    List<String> problems) {
  public Health {
    problems = List.copyOf(problems);
  }
}

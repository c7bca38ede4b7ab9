package dev.why502.gateway;

import dev.why502.definition.Gateway;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which processes are one gateway's. Blocking. */
public interface ProcessSearch {
  /** Null when processes cannot be listed. */
  @Nullable Found find(ProcFiles proc, Gateway gateway, ConfigFiles files);

  /**
   * What was found.
   *
   * @param master 0 when none was found
   * @param workers those that serve; the process itself where the gateway runs as a single one
   * @param absent it is sure that none runs, as far as the list of processes goes
   * @param startTells whether the oldest worker started when the configuration was loaded that
   *     runs; false where a reload starts no process
   */
  record Found(int master, List<Integer> workers, boolean absent, boolean startTells) {
    public Found {
      workers = List.copyOf(workers);
    }
  }
}

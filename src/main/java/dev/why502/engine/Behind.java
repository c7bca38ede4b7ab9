package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.ProcessState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Why a service is down: its socket file, its process, its files, its log. Each service is looked
 * behind once, by whichever part of the look finds it down first. Confined to one context.
 */
final class Behind {
  private final Scene scene;
  private final Sources sources;
  private final Probe probe;
  private final Dossier dossier;
  private final Listening listening;
  private final Set<String> processesAsked = new HashSet<>();

  Behind(Scene scene, Listening listening) {
    this.scene = scene;
    this.sources = scene.sources();
    this.probe = scene.probe();
    this.dossier = scene.dossier();
    this.listening = listening;
  }

  /** Looks behind a service that is down; nothing more for one that was looked behind. */
  Future<?> of(Probe service) {
    if (!processesAsked.add(service.id())) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    String socket = service.target().endpoint().socket();
    if (socket != null) {
      all.add(scene.socketFile(socket));
    }
    Set<String> logs = new HashSet<>(service.logs());
    if (service.process() != null) {
      int place = dossier.reserve();
      all.add(
          sources
              .process(service.id(), service.process())
              .compose(
                  state -> {
                    dossier.put(Chapter.PROCESSES, place, state);
                    return afterProcess(service, state, logs);
                  }));
    }
    for (String path : service.artifacts()) {
      all.add(scene.keep(Chapter.PROCESSES, sources.artifact(service.id(), path)));
    }
    for (String path : service.logs()) {
      all.add(scene.keep(Chapter.PROCESSES, sources.serviceLog(service.id(), path)));
    }
    return Future.join(all);
  }

  /** Ended by SIGKILL, or down in a way that leaves it open. */
  private static boolean mayHaveBeenKilled(ProcessState state) {
    if (state.lastEnd() != null && state.lastEnd().killed()) {
      return true;
    }
    return switch (state.condition()) {
      case KILLED -> true;
      case NOT_THERE -> state.selector().kind() == ProcessSelector.Kind.COMMAND;
      case CRASH_LOOP, STOPPED, FAILED -> Integer.valueOf(137).equals(state.exitCode());
      case RUNNING, FROZEN, UNMANAGED, NOT_KNOWN -> false;
    };
  }

  /** The manager names the file to which the service's errors go, and the ports it should use. */
  private Future<?> afterProcess(Probe service, ProcessState state, Set<String> logs) {
    List<Future<?>> all = new ArrayList<>();
    if (mayHaveBeenKilled(state)) {
      all.add(scene.keep(Chapter.PROCESSES, sources.memoryKills(service.id(), state)));
    }
    String errorLog = state.errorLog();
    if (errorLog != null && logs.add(errorLog) && service.logs().isEmpty()) {
      all.add(scene.keep(Chapter.PROCESSES, sources.serviceLog(service.id(), errorLog)));
    }
    if (probe.edge() && state.pid() > 0) {
      for (int port : state.ports()) {
        if (port != service.target().endpoint().port()) {
          all.add(listening.candidate("127.0.0.1:" + port));
        }
      }
      Listeners listeners = scene.listeners();
      if (listeners != null) {
        for (Listeners.Row row : listeners.rows()) {
          if (row.pid() == state.pid() && row.port() != service.target().endpoint().port()) {
            all.add(listening.candidate(Listening.reachable(row)));
          }
        }
      }
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }
}

/**
 * What outlives the process: verdict changes, incidents, what is to be told, remedies' runs,
 * rollups. The store never touches a verdict: when it fails, all else goes on.
 */
@NullMarked
package dev.why502.store;

import org.jspecify.annotations.NullMarked;

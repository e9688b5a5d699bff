// Package days measures days of payments: what settled, how late, and with how much
// liquidity. It makes up days that can be compared in every detail, plays one under
// several algorithms, and measures real ones from what the kernel says of each group.
//
// It decides nothing: a day is played by the kernel itself. Nothing in it is random
// but by a seed, and no number is a float.
//
// Read Measure first, then Day and Play.
package days

package configs

import "strings"

// nearest finds the one of the words that a misspelt one seems to be: the same
// but for case and separators, or at most two edits away: one for words of three
// and four letters, none for shorter ones. Empty when there is none.
func nearest(word string, words []string) string {
	best, bestAt := "", 3
	for _, w := range words {
		distance := edits(plain(word), plain(w))
		if distance < bestAt && (distance < 2 && min(len(word), len(w)) > 2 || min(len(word), len(w)) > 4) {
			best, bestAt = w, distance
		}
	}
	return best
}

func plain(word string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(word))
}

// edits counts insertions, deletions, replacements and swaps of neighbours that
// make one word of the other.
func edits(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

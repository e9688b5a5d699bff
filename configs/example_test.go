package configs_test

import (
	"fmt"

	"dragoman/configs"
)

func ExampleParse() {
	_, err := configs.Parse("dragoman.yaml", []byte(`node:
  operater: DRGMHKHHXXX
  limits:
    body: 6 megabytes
`))
	fmt.Println(err)
	// Output:
	// dragoman.yaml:2:3: node.operater: unknown key; did you mean operator? allowed here: operator, data, memory, https, nats, log, monitor, limits, checkpoints, snapshots
	// dragoman.yaml:4:11: node.limits.body: "6 megabytes" is not a size; write a whole number with kB, MB, KiB or MiB, such as 6MiB
}

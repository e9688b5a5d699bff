package main

import "context"

func restoreTo(context.Context, string, string, streams) error { return errFailed }

module dragoman/bench

go 1.26.2

require dragoman v0.0.0

replace dragoman => ../

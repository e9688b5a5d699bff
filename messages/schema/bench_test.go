package schema
import ("testing";"os")
func BenchmarkTmp(b *testing.B){
 raw,_:=os.ReadFile(os.Getenv("F"))
 b.SetBytes(int64(len(raw))); b.ReportAllocs()
 for b.Loop(){ r:=Read(raw,Options{}); if len(r.Faults)>0 {b.Fatal(r.Faults)} }
}

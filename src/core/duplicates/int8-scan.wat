(module
  (import "env" "memory" (memory 1 65536))
  (func (export "scan") (param $query i32) (param $base i32) (param $count i32) (param $cells i32) (param $out i32)
    (local $i i32) (local $k i32) (local $acc v128) (local $a v128) (local $b v128)
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
        (local.set $acc (v128.const i32x4 0 0 0 0))
        (local.set $k (i32.const 0))
        (loop $cell
          (local.set $a (v128.load (i32.add (local.get $query) (local.get $k))))
          (local.set $b (v128.load (i32.add (local.get $base) (local.get $k))))
          (local.set $acc (i32x4.add (local.get $acc)
            (i32x4.extadd_pairwise_i16x8_s (i16x8.extmul_low_i8x16_s (local.get $a) (local.get $b)))))
          (local.set $acc (i32x4.add (local.get $acc)
            (i32x4.extadd_pairwise_i16x8_s (i16x8.extmul_high_i8x16_s (local.get $a) (local.get $b)))))
          (local.set $k (i32.add (local.get $k) (i32.const 16)))
          (br_if $cell (i32.lt_u (local.get $k) (local.get $cells))))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $acc)) (i32x4.extract_lane 1 (local.get $acc)))
            (i32.add (i32x4.extract_lane 2 (local.get $acc)) (i32x4.extract_lane 3 (local.get $acc)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $base (i32.add (local.get $base) (local.get $cells)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $rows)))))

/** A harbour at dusk: a lighthouse between two piers, with its light over the water. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Homeport">
      <rect width="32" height="32" rx="8" fill="#0c5482" />
      <path d="M18.4 9.2 28 6.4v6.4l-9.6-2.2z" fill="#ffd58a" opacity="0.9" />
      <path d="M13.6 9.2 4 6.4v6.4l9.6-2.2z" fill="#ffd58a" opacity="0.35" />
      <path d="M13 12.4h6l1.3 9.1h-8.6z" fill="#fff" />
      <path d="M12.45 16h7.1l.3 2.4h-7.7z" fill="#e2574c" />
      <path d="M13.6 8.6h4.8v3.2h-4.8z" fill="#ffd58a" />
      <path d="M12.8 8.7 16 5.6l3.2 3.1z" fill="#e2574c" />
      <path d="M5 23.2c1.8 0 1.8 1.3 3.7 1.3s1.8-1.3 3.6-1.3 1.9 1.3 3.7 1.3 1.8-1.3 3.7-1.3 1.8 1.3 3.6 1.3 1.9-1.3 3.7-1.3" fill="none" stroke="#a8d0ea" strokeWidth="1.7" strokeLinecap="round" />
      <path d="M8.6 27.1c1.5 0 1.5 1 3 1s1.400-1 2.900-1 1.500 1 3 1 1.500-1 3-1 1.400 1 2.900 1" fill="none" stroke="#4fa1d4" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  )
}
